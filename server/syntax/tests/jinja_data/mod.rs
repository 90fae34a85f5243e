//! Real-looking dbt files and a seeded generator, shared by the tests that damage them.

/// Name and text.
pub const FILES: &[(&str, &str)] = &[
    ("analysis_cohorts.sql", include_str!("../data/jinja/analysis_cohorts.sql")),
    ("assert_totals.sql", include_str!("../data/jinja/assert_totals.sql")),
    ("audit_columns.sql", include_str!("../data/jinja/audit_columns.sql")),
    ("customer_lifetime.sql", include_str!("../data/jinja/customer_lifetime.sql")),
    ("dim_dates.sql", include_str!("../data/jinja/dim_dates.sql")),
    ("dispatching.sql", include_str!("../data/jinja/dispatching.sql")),
    ("docs.md", include_str!("../data/jinja/docs.md")),
    ("events_sessionized.sql", include_str!("../data/jinja/events_sessionized.sql")),
    ("fct_orders.sql", include_str!("../data/jinja/fct_orders.sql")),
    ("get_columns.sql", include_str!("../data/jinja/get_columns.sql")),
    ("grants.sql", include_str!("../data/jinja/grants.sql")),
    ("inventory_daily.sql", include_str!("../data/jinja/inventory_daily.sql")),
    ("ledger.sql", include_str!("../data/jinja/ledger.sql")),
    ("legacy_view.sql", include_str!("../data/jinja/legacy_view.sql")),
    ("materialize_append.sql", include_str!("../data/jinja/materialize_append.sql")),
    ("microbatch.sql", include_str!("../data/jinja/microbatch.sql")),
    ("orders_snapshot.sql", include_str!("../data/jinja/orders_snapshot.sql")),
    ("payments_pivoted.sql", include_str!("../data/jinja/payments_pivoted.sql")),
    ("raw_examples.sql", include_str!("../data/jinja/raw_examples.sql")),
    ("scd2_prices.sql", include_str!("../data/jinja/scd2_prices.sql")),
    ("stg_customers.sql", include_str!("../data/jinja/stg_customers.sql")),
    ("stg_orders.sql", include_str!("../data/jinja/stg_orders.sql")),
    ("test_positive.sql", include_str!("../data/jinja/test_positive.sql")),
    ("union_regions.sql", include_str!("../data/jinja/union_regions.sql")),
    ("unit_conversion.sql", include_str!("../data/jinja/unit_conversion.sql")),
    ("wide_metrics.sql", include_str!("../data/jinja/wide_metrics.sql")),
];

/// Xorshift: the same numbers on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.max(1))
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}
