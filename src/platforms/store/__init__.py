"""What is kept between one day and the next: scenarios, and who said what about them."""
