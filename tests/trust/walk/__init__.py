"""The permission walk: who may do what, by tables written by hand, asked of the map and of the running application."""
