"""The data sets, one file a family; `pipelines.data.registry` lists them."""
