{% macro has_other_judgement(call_judgements) -%}
    {#-
        Condition of the calls of runs of which a call was judged otherwise by now. All calls of such a run are computed
        again, because they have one version. A judgement that says nothing is as none.
    -#}
    {%- set judgement = 'cityHash64(tuple(call_id, rating, rating_count, is_success, failure_tags))' -%}
    {%- set says_something = '(rating_count > 0 or is_success is not null or notEmpty(failure_tags))' -%}
    row_version in (
        select judged.row_version from {{ this }} as judged
        where
            ({{ says_something }} and {{ judgement }} not in (select {{ judgement }} from {{ ref(call_judgements) }}))
            or (
                not {{ says_something }}
                and call_id in (select call_id from {{ ref(call_judgements) }} where {{ says_something }})
            )
    )
{%- endmacro %}
