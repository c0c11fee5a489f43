{% macro silence_probability() -%}
    {#-
        For a run of `fits` without output: how often comparable runs have none, shrunk by the weight of one run to how often
        all workflows' runs have none; NULL with output. Some workflows never write, so of the first run of its kind nothing is known: a half.
    -#}
    if(
        fits.has_output,
        null,
        (
            fits.comparable_run_count - fits.comparable_output_run_count
            + if(fits.comparable_run_count = 0, 0.5, baselines.silent_share)
        ) / (fits.comparable_run_count + 1)
    )
{%- endmacro %}
