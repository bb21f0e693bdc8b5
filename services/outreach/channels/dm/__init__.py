"""Direct mail: letters, envelopes and labels as print-ready PDF, each with a code that finds its way back."""
