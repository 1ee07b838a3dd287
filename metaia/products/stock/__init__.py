"""Stock of variants: what the partner counts, and what orders take and give back."""
