"""Parts of the page 低效认定."""
