"""Files of users, and the cache of what is made of them."""
