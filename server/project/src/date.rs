//! Calendar dates, for deprecations. The clock itself is the caller's.

/// Days since 1970-01-01 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

impl Date {
    /// The date of a Unix time in seconds.
    pub fn from_unix(seconds: i64) -> Date {
        Date(i32::try_from(seconds.div_euclid(86_400)).unwrap_or(i32::MAX))
    }

    /// Reads `YYYY-MM-DD`, optionally followed by `T` or a blank and a time, which is ignored: dbt compares
    /// with midnight (spec §7). `None` when it is no such date.
    pub fn parse(text: &str) -> Option<Date> {
        let day = text.get(..10)?;
        if !matches!(text.as_bytes().get(10), None | Some(b'T' | b't' | b' ')) {
            return None;
        }
        let mut parts = day.split('-');
        let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
        if y.len() != 4 || m.len() != 2 || d.len() != 2 || parts.next().is_some() {
            return None;
        }
        let (y, m, d) = (y.parse::<i32>().ok()?, m.parse::<u32>().ok()?, d.parse::<u32>().ok()?);
        ((1..=12).contains(&m) && (1..=31).contains(&d)).then(|| Date(days_from_civil(y, m, d)))
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (y, m, d) = civil_from_days(self.0);
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

/// A Unix time in seconds as `2026-11-23T09:00:00Z`.
pub fn utc(seconds: i64) -> String {
    let of_day = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", Date::from_unix(seconds))
}

/// Days since 1970-01-01 of a proleptic Gregorian date.
fn days_from_civil(y: i32, m: u32, d: u32) -> i32 {
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let month = (m as i32 + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + d as i32 - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i32) -> (i32, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let d = day_of_year - (153 * month + 2) / 5 + 1;
    let m = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i32::from(m <= 2), m as u32, d as u32)
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn reads_and_writes_what_dbt_accepts() {
        assert_eq!(Date::parse("1970-01-01"), Some(Date(0)));
        assert_eq!(Date::parse("2024-02-29").unwrap().to_string(), "2024-02-29");
        assert_eq!(Date::parse("2026-01-31T10:00:00+02:00"), Date::parse("2026-01-31"));
        assert_eq!(Date::from_unix(1_764_000_000).to_string(), "2025-11-24");
        for wrong in ["2024-1-1", "soon", "2024-13-01", "2024-01-011", ""] {
            assert_eq!(Date::parse(wrong), None, "{wrong}");
        }
    }
}
