"""What people's ratings say about them: my statistics, taste twins, movie nights. Pages on top of serving."""
