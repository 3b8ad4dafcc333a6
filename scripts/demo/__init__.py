"""`make demo`: the whole site on one machine, without any server to install."""
