-- R077: what all opportunities together save is at most what the days cost: nothing is counted twice.
select sum(net_savings_usd) as saved_usd
from {{ ref('mart_opportunities') }}
having saved_usd > (select sum(cells.cost_usd) from {{ ref('int_cost_cells') }} as cells)
