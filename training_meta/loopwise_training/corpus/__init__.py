"""The corpus: data sets to simulate experiments on, from files, libraries and generators, and views of them."""
