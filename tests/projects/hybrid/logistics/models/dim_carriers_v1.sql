select distinct carrier from {{ ref('stg_wms__parcels') }}
