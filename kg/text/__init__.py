"""From a file to text that can be traced back."""
