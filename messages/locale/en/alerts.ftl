# Alerts. Everything here is Telegram HTML.

headline-milestone = 🎉 <b>{ $count } signatures</b>
headline-threshold = 🎯 <b>{ $count } signatures</b>
headline-response = 💬 <b>The government has responded</b>
headline-response-edited = ✏️ <b>The government’s response has changed</b>
headline-response-withdrawn = ↩️ <b>The government’s response has been withdrawn</b>
headline-debate-scheduled = 📅 <b>{ $parliament } will debate this petition</b>
headline-debate-moved = 📅 <b>The debate has a new date</b>
headline-debate-cancelled = 🚫 <b>The debate no longer has a date</b>
headline-debated = 🏛 <b>{ $parliament } has debated this petition</b>
headline-not-debated = 🏛 <b>{ $parliament } will not debate this petition</b>
headline-published = 📢 <b>Now open for signatures</b>
headline-closed = 🔒 <b>Closed for signatures</b>
headline-closed-early = 🔒 <b>Closed early</b>
headline-rejected = ⛔ <b>The petition was rejected</b>
headline-taken-down = ⛔ <b>The petition was taken down</b>
headline-removed = 🗑 <b>The petition was removed</b>
headline-reopened = 🔓 <b>Open for signatures again</b>
headline-moderated-again = 🔎 <b>Back with the moderators</b>
headline-several = 🔔 <b>{ $count } updates</b>

earlier-changes = { $count ->
    [one] <i>One earlier update is left out here; the petition’s page has it.</i>
   *[other] <i>{ $count } earlier updates are left out here; the petition’s page has them.</i>
}

milestone-now = It now has { $now } signatures.
milestone-exactly = It has reached { $now } signatures.
milestone-corrected = It passed { $passed }; the count the site shows now is { $now }.
milestone-many = It passed { $count } milestones at once, and now has { $now } signatures.
milestone-several = It passed { $passed }, and now has { $now } signatures.

response-threshold-meaning = The government will respond.
debate-threshold-meaning = { $parliament } will consider it for debate.
both-thresholds-meaning = The government will respond, and { $parliament } will consider it for debate.

response-meaning = It has answered this petition.
response-meaning-dated = It answered this petition on { $day }.
response-edited-meaning = The wording is not what it was when we last told you.
response-withdrawn-meaning = It is no longer on the petition’s page. A new one may follow.
link-response = Read the full response

debate-scheduled = { $members } will debate it on <b>{ $day }</b>.
debate-moved = { $members } will debate it on <b>{ $new }</b>, not on { $old }.
debate-cancelled = The debate planned for { $day } is off. { $parliament } may set another date.
debated = { $members } have debated it.
debated-on = { $members } debated it on { $day }.
not-debated = The Petitions Committee has decided against a debate.
link-video = Watch
link-transcript = Read the transcript
link-pack = Research pack

published = Anyone who may sign can do so now.
published-until = It can be signed until { $day }.
closed = It closed with { $count } signatures. It can’t be signed any more, but the government and { $parliament } can still act on it.
closed-early = It closed before its deadline, with { $count } signatures. It can’t be signed any more, but the government and { $parliament } can still act on it.
rejected = It can’t be signed.
taken-down = It had been published, and can no longer be signed.
removed = The petition site has taken it away without saying why. We’ll tell you if it comes back.
reopened = It can be signed once more.
reopened-for-moderation = It is being checked again and can’t be signed for now. We’ll tell you if it opens.

happened = <i>This happened at { $happened }.</i>
seen = <i>We saw this at { $seen }.</i>
happened-and-seen = <i>Happened at { $happened }; the petition site showed it to us at { $seen }.</i>

moment = { $time } on { $day }
moment-today = { $time } today

round-up-heading = 📰 <b>News of { $count } petitions</b>
round-up-line = { $headline }: { $title }
