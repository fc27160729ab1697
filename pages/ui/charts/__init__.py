"""Charts: a DataFrame or an array in, a plotly Figure out. One file a kind of chart; none touches Streamlit."""
