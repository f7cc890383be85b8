"""Plans and shares behind secret links: pages, forms and feeds."""
