"""Working days of China: weekends, holidays and the adjusted days (调休)."""
