{% macro rank_test_p_value(above, count, baseline_count, ties) -%}
    {#-
        Probability that as many recent runs (their number is `count`) are as high among the baseline runs by chance: of `above`,
        how many baseline runs are above each, added up. That is Mann and Whitney's U, whose normal approximation is ten
        times too large in the tail of eight runs. Shares of uniform ranks add up to Irwin and Hall's law, here with the variance of
        U, less where the baseline runs have `ties`; never rarer than the rarest order. 0.5 if not even half are above.
    -#}
    {%- set half = '(' ~ count ~ ' / 2)' -%}
    {%- set width = 'sqrt(' ~ baseline_count ~ ' / (' ~ count ~ ' + ' ~ baseline_count ~ ' + 1)' -%}
    {{ irwin_hall_probability(
        'greatest(' ~ half ~ ' - (' ~ half ~ ' - (' ~ above ~ ' + 0.5) / ' ~ baseline_count ~ ') * ' ~ width ~ ' / ' ~ ties ~ '), '
        ~ half ~ ' - (' ~ half ~ ' - 0.5 / ' ~ baseline_count ~ ') * ' ~ width ~ '))',
        count
    ) }}
{%- endmacro %}

{% macro irwin_hall_probability(total, count) -%}
    {#-
        Probability that so many uniform numbers add up to less; 0.5 from half of their number on. The terms of the law's
        sum cancel out in the middle of many numbers: there its Fourier series stands, whose
        terms soon vanish. In the tail 60 numbers keep nine digits, and 90 six.
    -#}
    {#- From how many numbers on a digit is lost of nine in the middle; how many standard deviations from it there are none lost. -#}
    {%- set many, middle = 30, 2.5 -%}
    {%- set frequency = '(pi() * nth / ' ~ count ~ ')' -%}
    multiIf(
        {{ total }} >= {{ count }} / 2,
        0.5,
        {{ count }} > {{ many }} and {{ total }} > {{ count }} / 2 - {{ middle }} * sqrt({{ count }} / 12),
        {{ total }} / {{ count }} + arraySum(
            nth -> pow(sin({{ frequency }}) / {{ frequency }}, {{ count }})
            * sin({{ frequency }} * (2 * {{ total }} - {{ count }})) / (pi() * nth),
            range(1, 60)
        ),
        arraySum(
            nth -> if(nth % 2 = 0, 1, -1) * exp(
                {{ count }} * log({{ total }} - nth) - lgamma(nth + 1) - lgamma({{ count }} - nth + 1)
            ),
            range(toUInt32({{ total }}) + 1)
        )
    )
{%- endmacro %}
