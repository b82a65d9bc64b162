# What cards, lists and search results say about petitions. Telegram HTML, except for buttons.

petition-number = Petition { $number }

state-open = 🟢 Open
state-open-until = 🟢 Open until { $day }
state-closed = 🔒 Closed
state-closed-on = 🔒 Closed on { $day }
state-rejected = ⛔ Rejected
state-rejected-on = ⛔ Rejected on { $day }
state-unpublished = 🕓 Not published yet: it is gathering supporters or being checked
state-removed = 🗑 Removed by the petition site

short-open = open
short-closed = closed
short-rejected = rejected
short-unpublished = not published yet
short-removed = removed
short-signatures = { $count ->
    [one] { $count } signature
   *[other] { $count } signatures
}
short-progress = { $percent ->
    [0] under 1% of { $threshold }
   *[other] { $percent }% of { $threshold }
}

card-archived = 🗄 From an earlier Parliament
card-signatures = { $count ->
    [one] ✍️ <b>{ $count }</b> signature
   *[other] ✍️ <b>{ $count }</b> signatures
}
card-supporters = { $count ->
    [one] ✍️ { $count } supporter so far
   *[other] ✍️ { $count } supporters so far
}
card-for-response = <code>{ $bar }</code> { $percent ->
    [0] under 1% of { $threshold } for a response
    [100] ✅ { $threshold } for a response
   *[other] { $percent }% of { $threshold } for a response
}
card-for-debate = <code>{ $bar }</code> { $percent ->
    [0] under 1% of { $threshold } for a debate
    [100] ✅ { $threshold } for a debate
   *[other] { $percent }% of { $threshold } for a debate
}
card-response = 💬 <b>The government has responded</b>
card-response-on = 💬 <b>The government responded</b> on { $day }
card-awaiting-response = 🕰 Waiting for the government’s response
card-awaiting-response-since = 🕰 Waiting for the government’s response since { $day }
card-awaiting-debate = 🕰 Waiting for { $parliament } to consider a debate
card-awaiting-debate-since = 🕰 Waiting for { $parliament } to consider a debate since { $day }
card-debate-on = 📅 <b>Debate</b> on { $day }
card-debated = 🏛 <b>Debated</b>
card-debated-on = 🏛 <b>Debated</b> on { $day }
card-not-debated = 🏛 <b>{ $parliament } will not debate it</b>
card-checked = <i>Checked at { $seen }</i>
card-switched-off = ⏸ The petition site is switched off here for the moment. This is from { $seen }.
card-stale = ⚠️ The petition site hasn’t answered us since { $since }. This is from { $seen }.

growth-pace = { $count ->
    [one] 📈 About { $count } signature a day
   *[other] 📈 About { $count } signatures a day
}
growth-pace-hour = 📈 About { $count } signatures a day, { $hourly } an hour just now
growth-pace-still = 📈 Less than one signature a day
growth-surge = 🚀 { $times } times as many as usual in the last { $hours } hours
growth-reach = ⏳ { $threshold } in { $span } at this pace
growth-reach-open = ⏳ { $threshold } in { $span }, if it gets there before it closes
growth-reach-not = ⏳ At this pace it won’t reach { $threshold } before it closes
growth-short = 📈 { $count ->
    [0] under 1 a day
   *[other] { $count } a day
}
growth-short-surge = 🚀 { $count } a day
growth-short-reach = { $threshold } in { $span }
growth-short-reach-open = { $threshold } in { $span }
growth-short-reach-not = { $threshold } out of reach

span-hours = { $count ->
    [one] about an hour
   *[other] about { $count } hours
}
span-hours-range = { $low } to { $count } hours
span-hours-within = { $count ->
    [one] less than an hour
   *[other] less than { $count } hours
}
span-hours-over = { $count ->
    [one] more than an hour
   *[other] more than { $count } hours
}
span-days = { $count ->
    [one] about a day
   *[other] about { $count } days
}
span-days-range = { $low } to { $count } days
span-days-within = { $count ->
    [one] less than a day
   *[other] less than { $count } days
}
span-days-over = { $count ->
    [one] more than a day
   *[other] more than { $count } days
}
span-weeks = { $count ->
    [one] about a week
   *[other] about { $count } weeks
}
span-weeks-range = { $low } to { $count } weeks
span-weeks-within = { $count ->
    [one] less than a week
   *[other] less than { $count } weeks
}
span-weeks-over = { $count ->
    [one] more than a week
   *[other] more than { $count } weeks
}
span-months = { $count ->
    [one] about a month
   *[other] about { $count } months
}
span-months-range = { $low } to { $count } months
span-months-within = { $count ->
    [one] less than a month
   *[other] less than { $count } months
}
span-months-over = { $count ->
    [one] more than a month
   *[other] more than { $count } months
}
span-years = more than two years
list-and = { $first } and { $last }

list-heading = { $count ->
    [one] 📋 <b>Following { $count } petition</b>
   *[other] 📋 <b>Following { $count } petitions</b>
}
page = Page { $page } of { $pages }
list-item = { $number }. { $title }
    { $summary }
list-item-muted = { $number }. { $title }
    { $summary } · 🔕 muted
list-choose = Tap a number to see that petition.
list-choose-unfollow = Tap a number to unfollow that petition.
list-empty-streams = No single petition is followed here.
list-empty = Nothing is followed here yet. Send /follow with a petition’s number or link, or /search with a few words.

search-heading = 🔎 <b>Petitions about “{ $query }”</b>
search-page = Page { $page }
search-nothing = No petitions found for “{ $query }”. Try fewer or other words: all of them must occur.
search-nothing-more = That is all there is about “{ $query }”.
search-on-site = See all results on the petition site
search-choose = Tap a petition to see more.
search-choose-follow = Tap a petition to follow it.

scoreboard-heading = 📊 <b>Scoreboard</b>
scoreboard-gained = ↗️ { $count } in 24 hours
scoreboard-more = { $count ->
    [one] … and one more: /list
   *[other] … and { $count } more: /list
}
scoreboard-up = 📊 The scoreboard is up, and I’ll keep it up to date. You may want to pin it. /scoreboard off ends that.
scoreboard-empty = Nothing is followed here yet, so there is nothing to show. Send /follow with a petition’s number first.
scoreboard-not-posted = I couldn’t post the scoreboard there. Please check that I may write there, and try again.
scoreboard-ended = The scoreboard stays as it is and isn’t kept up to date any more.
scoreboard-none = There is no scoreboard here. /scoreboard puts one up.

# Pictures: what has no sign in front stands in the picture, where there are no emoji.
chart-signatures = { $count ->
    [one] { $count } signature
   *[other] { $count } signatures
}
chart-for-response = { $count } for a response
chart-for-debate = { $count } for a debate
chart-watched = Watched since { $since }.
chart-guessed = Watched since { $since }. The dashed part is worked out from the site’s own dates.
chart-response = Response
chart-debate = Debate
chart-closed = Closed
chart-each-hour = Signatures an hour
chart-each-day = Signatures a day
chart-each-week = Signatures a week
chart-each-month = Signatures in 30 days
chart-gained-day = { $count } more in 24 hours
chart-gained-week = { $count } more in 7 days
chart-gained-month = { $count } more in 30 days
chart-gain = ↗️ { $gain }
chart-reached = ✅ { $threshold } reached
chart-ahead = 🎯 { $missing } to go to { $threshold }
chart-response-on = 💬 Response on { $day }
chart-debate-on = 🏛 Debate on { $day }
chart-closed-on = 🔒 Closed on { $day }
chart-note = <i>{ $note }</i>
chart-too-early = There is nothing to draw yet. Come back in a while, and I’ll have seen some of its growth.
chart-not-counted = It can’t be signed, so there is no growth to draw.
chart-usage = Which petition? Send /chart with its number or link, for example /chart 700143.

local-heading = Where it is signed most
local-total = { $count } signatures in { $places } constituencies
local-usual = The mark shows how many would be usual there for a petition of this size.
local-unusual = No usual share yet: I haven’t read the figures of enough other petitions.
local-no-member = no MP at the moment
local-compared = { $count } · { $times }× usual
local-caption = 🗺 <b>Where it is signed most</b>
local-line = • { $name } ({ $member }): { $compared }
local-strongest = 📍 Strongest against what is usual: { $name }, { $times }×
local-none = 🗺 The petition site doesn’t say where this petition is signed. It does for petitions that are open or closed, not for those that were rejected, and not for very old ones.
