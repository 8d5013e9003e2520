"""Who moves where: firms to parks."""
