select parcel_id, order_id, carrier, packed_at, delivered_on from {{ source('wms', 'parcels') }}
