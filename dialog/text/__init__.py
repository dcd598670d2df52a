"""What a text is to the machine: words, stems and compounds, as pure functions of text."""
