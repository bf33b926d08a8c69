package tenant_test

import (
	"testing"
	"time"

	"parley/internal/tenant"
)

func hours(day time.Weekday, open, shut string) tenant.Hours {
	return tenant.Hours{Day: day, Open: open, Close: shut}
}

func TestWhetherABusinessIsOpen(t *testing.T) {
	t.Parallel()
	var shop []tenant.Hours // Monday to Friday with a lunch break, Saturday until the night
	for day := time.Monday; day <= time.Friday; day++ {
		shop = append(shop, hours(day, "09:00", "12:00"), hours(day, "13:00", "18:00"))
	}
	shop = append(shop, hours(time.Saturday, "18:00", "02:00"))
	always := []tenant.Hours{
		hours(0, "00:00", "24:00"), hours(1, "00:00", "24:00"), hours(2, "00:00", "00:00"), hours(3, "00:00", "24:00"),
		hours(4, "00:00", "24:00"), hours(5, "00:00", "24:00"), hours(6, "00:00", "24:00"),
	}
	for name, c := range map[string]struct {
		hours             []tenant.Hours
		zone, now         string
		until, next       string
		unknown, openLong bool
	}{
		"nothing was told":           {zone: "Europe/Berlin", now: "2026-06-01 10:00", unknown: true},
		"in the morning":             {hours: shop, zone: "Europe/Berlin", now: "2026-06-01 10:00", until: "2026-06-01 12:00"},
		"at the minute it opens":     {hours: shop, zone: "Europe/Berlin", now: "2026-06-01 09:00", until: "2026-06-01 12:00"},
		"at the minute it closes":    {hours: shop, zone: "Europe/Berlin", now: "2026-06-01 18:00", next: "2026-06-02 09:00"},
		"at lunch":                   {hours: shop, zone: "Europe/Berlin", now: "2026-06-01 12:30", next: "2026-06-01 13:00"},
		"before the day":             {hours: shop, zone: "Europe/Berlin", now: "2026-06-01 03:00", next: "2026-06-01 09:00"},
		"Saturday night":             {hours: shop, zone: "Europe/Berlin", now: "2026-06-06 23:00", until: "2026-06-07 02:00"},
		"Sunday, still Saturday's":   {hours: shop, zone: "Europe/Berlin", now: "2026-06-07 01:59", until: "2026-06-07 02:00"},
		"Sunday":                     {hours: shop, zone: "Europe/Berlin", now: "2026-06-07 12:00", next: "2026-06-08 09:00"},
		"in the tenant's own zone":   {hours: shop, zone: "America/Sao_Paulo", now: "2026-06-01 17:59", until: "2026-06-01 18:00"},
		"once a week, just closed":   {hours: []tenant.Hours{hours(time.Monday, "09:00", "10:00")}, zone: "UTC", now: "2026-06-01 10:00", next: "2026-06-08 09:00"},
		"stretches that touch":       {hours: []tenant.Hours{hours(1, "10:00", "11:00"), hours(1, "09:00", "10:00"), hours(1, "11:00", "12:00")}, zone: "UTC", now: "2026-06-01 09:30", until: "2026-06-01 12:00"},
		"always":                     {hours: always, zone: "Asia/Kolkata", now: "2026-06-01 09:30", openLong: true},
		"an unknown zone is UTC":     {hours: shop, zone: "Mars/Olympus", now: "2026-06-01 10:00", until: "2026-06-01 12:00"},
		"what cannot be read counts": {hours: []tenant.Hours{hours(1, "nine", "12:00"), hours(1, "13:00", "14:00")}, zone: "UTC", now: "2026-06-01 10:00", next: "2026-06-01 13:00"},

		// Berlin, 29 March 2026: after 01:59 comes 03:00.
		"spring: the gap's opening":       {hours: []tenant.Hours{hours(0, "02:30", "05:00")}, zone: "Europe/Berlin", now: "2026-03-29 01:30", next: "2026-03-29 03:00"},
		"spring: open after the gap":      {hours: []tenant.Hours{hours(0, "02:30", "05:00")}, zone: "Europe/Berlin", now: "2026-03-29 03:00", until: "2026-03-29 05:00"},
		"spring: closes at the gap's end": {hours: []tenant.Hours{hours(6, "18:00", "02:30")}, zone: "Europe/Berlin", now: "2026-03-29 01:59", until: "2026-03-29 03:00"},
		"spring: the day after":           {hours: []tenant.Hours{hours(1, "09:00", "18:00")}, zone: "Europe/Berlin", now: "2026-03-28 20:00", next: "2026-03-30 09:00"},
		// Berlin, 25 October 2026: 02:00 to 02:59 comes twice.
		"autumn: the day after": {hours: []tenant.Hours{hours(1, "09:00", "18:00")}, zone: "Europe/Berlin", now: "2026-10-24 20:00", next: "2026-10-26 09:00"},
		// Havana, 8 March 2026: the day begins at 01:00.
		"a day without a midnight": {hours: []tenant.Hours{hours(0, "00:00", "06:00")}, zone: "America/Havana", now: "2026-03-07 23:30", next: "2026-03-08 01:00"},
		// Apia left out the 30th of December 2011.
		"a day that never was": {hours: []tenant.Hours{hours(5, "09:00", "10:00"), hours(6, "09:00", "10:00")}, zone: "Pacific/Apia", now: "2011-12-29 20:00", next: "2011-12-31 09:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			of := tenant.Tenant{TimeZone: c.zone, Hours: c.hours}
			read := func(text string) time.Time {
				if text == "" {
					return time.Time{}
				}
				at, err := time.ParseInLocation("2006-01-02 15:04", text, of.Location())
				if err != nil {
					t.Fatal(err)
				}
				return at
			}
			got := of.Opening(read(c.now).UTC())
			if c.openLong {
				if !got.Open || got.Until.Sub(read(c.now)) < 7*24*time.Hour {
					t.Errorf("got %+v", got)
				}
				return
			}
			if got.Known == c.unknown || got.Open != (c.until != "") || !got.Until.Equal(read(c.until)) || !got.Next.Equal(read(c.next)) {
				t.Errorf("got %+v", got)
			}
			if !got.Next.IsZero() && got.Next.Location().String() != of.Location().String() {
				t.Errorf("the time is of %v", got.Next.Location())
			}
		})
	}
}

func TestAnHourThatComesTwiceBelongsToItsFirst(t *testing.T) {
	t.Parallel()
	bar := tenant.Tenant{TimeZone: "Europe/Berlin", Hours: []tenant.Hours{hours(0, "02:30", "04:00"), hours(6, "18:00", "02:15")}}
	first := time.Date(2026, 10, 25, 0, 10, 0, 0, time.UTC) // 02:10, summer time
	for minutes, open := range map[int]bool{0: true, 4: true, 5: false, 19: false, 20: true, 65: true, 169: true, 170: false} {
		if got := bar.Opening(first.Add(time.Duration(minutes) * time.Minute)); got.Open != open {
			t.Errorf("%d minutes after the first 02:10 it is open: %t", minutes, got.Open)
		}
	}
}
