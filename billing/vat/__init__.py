"""VAT on our own invoices, for a seller established in the Netherlands."""
