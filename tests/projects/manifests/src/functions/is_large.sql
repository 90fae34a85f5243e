amount > 1000
