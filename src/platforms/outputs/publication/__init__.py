"""What may leave the house: profiles of publication, the check before, the published map."""
