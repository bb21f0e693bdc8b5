"""The signed links inside a mail, the pages behind them, and the answers they bring."""
