"""Suppliers' invoices and credit notes: matched, disputed, overridden, paid."""
