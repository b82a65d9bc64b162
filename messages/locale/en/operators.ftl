# What operators ask for and are told. Telegram HTML, but for the labels of buttons and toasts.

# /chat, /ban, /unban and /limit

chat-heading = 💬 <b>Chat { $id }</b>
chat-usage = Which chat? Send /chat with its Telegram id, such as /chat 123456
ban-usage = Whom? Send /ban with the Telegram id of a chat or person, and a reason if you like: /ban 123456 floods
unban-usage = Whom? Send /unban with the Telegram id of a chat or person, such as /unban 123456
limit-usage =
    Send /limit with the Telegram id of a chat, what is limited, and how many it may have:

    /limit 123456 follows 500
    /limit 123456 watches 0
    /limit 123456 usual
chat-unknown = Nothing is known of { $id }.
chat-unknown-banned = 🚫 { $id } is banned. Nothing else is known of it.
chat-kind = { $kind }, { $state }
chat-kind-private = Private chat
chat-kind-group = Group
chat-kind-supergroup = Supergroup
chat-kind-channel = Channel
chat-state-active = can be reached
chat-state-suspended = can’t be reached: { $reason }
chat-since = Known since { $when }
chat-follows = Follows: { $count } of at most { $limit }
chat-subscriptions = Watches: { $count } of at most { $limit }
chat-declines-news = Declines news
chat-declines-service = Declines service notices
chat-banned = 🚫 Banned since { $when }
chat-banned-because = 🚫 Banned since { $when }: { $reason }
chat-recent = <b>Last messages</b>
chat-message = { $when }: { $lane }, { $state }
ban-done = 🚫 { $id } is answered nothing and sent nothing from now on. What it follows is kept. /unban { $id } takes that back.
ban-refused = Operators, and the chat that reports go to, can’t be banned.
unban-done = { $id } is answered again, and gets what waited for it.
limit-follows = { $id } may follow { $count } petitions now.
limit-subscriptions = { $id } may watch { $count } kinds of news now.
limit-usual = { $id } may have as much as every chat now.
chat-export = Everything kept about chat { $id }.
button-ban = 🚫 Ban
button-unban = Unban
button-export-chat = 📄 Send me everything
toast-banned = Banned
toast-unbanned = Not banned any more

# /resend

resend-usage =
    Send /resend with what is to be sent again, once:

    /resend uncertain (Telegram never answered)
    /resend rejected (Telegram refused them)
    /resend set aside (how it ended could not be stored)
    /resend 123 (one message by its number)
resend-none = There is nothing to send again: such messages are gone, were sent again before, belong to broadcasts, or are about what is no longer followed.
resend-ready = { $count ->
    [one] One message can be sent again.
   *[other] { $count } messages can be sent again.
} Each is sent again only once.
resend-uncertain = Some may have arrived: whoever got one gets it a second time.
resend-done = { $count ->
    [0] Nothing was left to send again.
    [one] One message is in the queue again.
   *[other] { $count } messages are in the queue again.
}
button-resend = { $count ->
    [one] 🔁 Send it again
   *[other] 🔁 Send { $count } messages again
}

# /site and /maintenance

site-usage =
    Send /site with a site and what it is to be, such as /site uk off

    { $sites }
site-line-on = 🟢 { $site }: is watched
site-line-off = 🟡 { $site }: switched off since { $since }
site-off = ⏸ { $site } is asked nothing from now on. What happens meanwhile is told when you send /site { $site } on
site-on = ▶️ { $site } is watched again.
maintenance-usage = Send /maintenance on or /maintenance off. { $state }
maintenance-state-on = Alerts wait since { $since }.
maintenance-state-off = Alerts go out.
maintenance-on = ⏸ Alerts wait from now on; answers still go out. The notice above tells everybody once you confirm it below.
maintenance-off = ▶️ Alerts go out again. The notice above tells everybody once you confirm it below.
notice-planned-break = 🔧 <b>A planned break</b>
    We are working on Petition Alerts. Alerts pause for a while; none is lost, and you get them afterwards.
notice-we-are-back = ✅ <b>We are back</b>
    The work on Petition Alerts is done. What happened meanwhile is on its way to you.

# /stats

stats-heading = 📊 <b>Statistics</b>
stats-chats-private = Private chats: <b>{ $count }</b> ({ $suspended } out of reach)
stats-chats-group = Groups: <b>{ $count }</b> ({ $suspended } out of reach)
stats-chats-supergroup = Supergroups: <b>{ $count }</b> ({ $suspended } out of reach)
stats-chats-channel = Channels: <b>{ $count }</b> ({ $suspended } out of reach)
stats-follows = Follows: <b>{ $count }</b>
stats-subscriptions = Watches: <b>{ $count }</b>
stats-most-followed = <b>Most followed</b>
stats-petition = { $count } · { $title }
stats-growth = 📈 <b>{ $first } to { $last }</b> (UTC)
stats-new-chats = New chats: { $count }, today { $today }
stats-new-follows = New follows: { $count }, today { $today }
stats-alerts = Alerts sent: { $count }, today { $today }
stats-chart = Petition Alerts
stats-chart-chats = { $count ->
    [one] { $count } chat
   *[other] { $count } chats
}
stats-chart-follows = { $count ->
    [one] { $count } follow
   *[other] { $count } follows
}
stats-chart-new-chats = New chats a day
stats-chart-new-follows = New follows a day
stats-chart-alerts = Alerts sent a day

# /status

status-heading = { $mark } <b>Petition Alerts { $version }</b>
status-loops = { $mark } Loops: all { $count } alive
status-loops-ill = { $mark } Loops: { $names }
status-loop-crashed = { $loop } crashed { $count } times in a row
status-loop-late = { $loop } silent for { $age }
status-database = { $mark } Database: can be written
status-database-ill = { $mark } Database: can’t be written
status-site = { $mark } { $site }: watched on time
status-site-late = { $mark } { $site }: hot petitions { $hot } late, others { $any }
status-site-silent = { $mark } { $site }: silent for { $age }
status-site-missing = { $mark } { $site }: many petitions missing for { $age }
status-site-off = { $mark } { $site }: switched off for { $age }
status-telegram = { $mark } Telegram: answers
status-telegram-silent = { $mark } Telegram: silent for { $age }
status-webhook = { $mark } Webhook: { $problem }
status-circuit-open = { $mark } Sending: stopped, Telegram doesn’t take anything
status-circuit-trial = { $mark } Sending: one message is tried
status-maintenance = { $mark } Maintenance: alerts wait for { $age }
status-waiting = { $mark } Waiting: { $reply } replies, { $alert } alerts, { $broadcast } broadcasts and removals, { $paid } paid broadcasts, { $owed } alerts unwritten
status-oldest = { $mark } Oldest due: { $age }
status-sends-minute = { $mark } Sends of the last minute: { $outcomes }
status-sends-hour = { $mark } Sends of the last hour: { $outcomes }
status-outcome = { $count } { $verdict }
status-none = none
status-inbox = { $mark } Updates waiting: { $count }
status-given-up = { $mark } Given up in 30 days: { $states }
status-audit-alerts = { $mark } Audit of alerts: { $when }, { $count } accounted for; since the start { $repaired } repaired, { $again } missing again
status-audit-lists = { $mark } Audit of lists: { $when }; since the start { $unseen } looked for, { $still } still unseen
status-audit-ended = { $age } ago
status-audit-never = not ended yet
status-chats = { $mark } Chats: { $suspended } out of reach, { $paused } paused, { $banned } banned
status-versions = { $mark } Python { $python }, python-telegram-bot { $library }, schema { $schema }
status-uptime = { $mark } Up for { $age }, database { $size } MB
age-seconds = { $count } s
age-minutes = { $count } min
age-hours = { $count } h
age-days = { $count } days
