"""The page 存储地块: the plots that the store keeps, as they are now."""
