"""Transfers: moving budget from one line to another, once the desk agrees."""
