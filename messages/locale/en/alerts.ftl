# Alerts. Everything here is Telegram HTML.

headline-milestone = 🎉 <b>{ $count } signatures</b>
headline-threshold = 🎯 <b>{ $count } signatures</b>
headline-below-threshold = 📉 <b>Below { $count } again</b>
headline-final-count = 🧮 <b>The final count</b>
headline-closing-soon = ⏰ <b>Closing soon</b>
headline-deadline-extended = 🗓 <b>Open for longer</b>
headline-response = 💬 <b>The government has responded</b>
headline-response-edited = ✏️ <b>The government’s response has changed</b>
headline-response-withdrawn = ↩️ <b>The government’s response has been withdrawn</b>
headline-waiting-for-response = 🕰 <b>{ $days } days without a response</b>
headline-debate-scheduled = 📅 <b>{ $parliament } will debate this petition</b>
headline-debate-moved = 📅 <b>The debate has a new date</b>
headline-debate-cancelled = 🚫 <b>The debate no longer has a date</b>
headline-debate-today = 🏛 <b>The debate is today</b>
headline-debated = 🏛 <b>{ $parliament } has debated this petition</b>
headline-not-debated = 🏛 <b>{ $parliament } will not debate this petition</b>
headline-outcome-completed = 🎬 <b>More about the debate</b>
headline-committee-note = 📝 <b>A note from the Petitions Committee</b>
headline-committee-note-edited = 📝 <b>The committee’s note has changed</b>
headline-other-business = 📜 <b>News from { $parliament }</b>
headline-other-business-edited = 📜 <b>News from { $parliament }, updated</b>
headline-words-edited = 🖊 <b>The petition has new wording</b>
headline-published = 📢 <b>Now open for signatures</b>
headline-closed = 🔒 <b>Closed for signatures</b>
headline-closed-early = 🔒 <b>Closed early</b>
headline-rejected = ⛔ <b>The petition was rejected</b>
headline-taken-down = ⛔ <b>The petition was taken down</b>
headline-removed = 🗑 <b>The petition was removed</b>
headline-hidden = 🙈 <b>The petition can’t be seen any more</b>
headline-hidden-unpublished = 🙈 <b>The petition won’t be published</b>
headline-reopened-open = 🔓 <b>Open for signatures again</b>
headline-reopened-approved = 🔓 <b>Approved after all</b>
headline-reopened-closed = ↩️ <b>Back on the petition site</b>
headline-reopened-moderated = 🔎 <b>Back with the moderators</b>
headline-stopped = 🛑 <b>Stopped before it was published</b>
headline-archived = 🗄 <b>Moved to the archive</b>
headline-successor = 🔁 <b>A petition like this is open</b>
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

below-response-threshold = Signatures were taken back, and it now has { $now }. Below { $threshold }, the government need not respond.
below-debate-threshold = Signatures were taken back, and it now has { $now }. Below { $threshold }, { $parliament } need not consider a debate.
final-count = { $count ->
    [one] It ended with <b>{ $count }</b> signature. The last ones could be confirmed until a day after it closed.
   *[other] It ended with <b>{ $count }</b> signatures. The last ones could be confirmed until a day after it closed.
}

closing-soon = { $count ->
    [one] It can be signed until the end of <b>{ $day }</b>. It has { $count } signature so far.
   *[other] It can be signed until the end of <b>{ $day }</b>. It has { $count } signatures so far.
}
deadline-extended = It can now be signed until <b>{ $new }</b>, not only until { $old }.

response-meaning = It has answered this petition.
response-meaning-dated = It answered this petition on { $day }.
response-edited-meaning = The wording is not what it was when we last told you.
response-withdrawn-meaning = It is no longer on the petition’s page. A new one may follow.
waiting-for-response = It has had enough signatures for one since { $day }. The government will respond, but the petition site doesn’t say when.
link-response = Read the full response

debate-scheduled = { $members } will debate it on <b>{ $day }</b>.
debate-moved = { $members } will debate it on <b>{ $new }</b>, not on { $old }.
debate-cancelled = The debate planned for { $day } is off. { $parliament } may set another date.
debate-today = { $members } debate it on <b>{ $day }</b>.
debated = { $members } have debated it.
debated-on = { $members } debated it on { $day }.
not-debated = The Petitions Committee has decided against a debate.
link-video = Watch
link-transcript = Read the transcript
link-pack = Research pack
link-summary = Read the summary
link-engagement = What people said
outcome-completed = The petition’s page now has this as well:

committee-note = The Petitions Committee, which decides what { $parliament } does about petitions, writes:
committee-note-edited = The note of the Petitions Committee now reads:
other-business-on = { $day }
other-business-edited = What { $parliament } did about it is now described in other words:
words-edited = The petition site has changed { $parts }.
part-title = the title
part-background = the background
part-details = the details
was-titled = It was called “{ $title }”.

published = Anyone who may sign can do so now.
published-until = It can be signed until { $day }.
closed = It closed with { $count } signatures. It can’t be signed any more, but the government and { $parliament } can still act on it.
closed-early = It closed before its deadline, with { $count } signatures. It can’t be signed any more, but the government and { $parliament } can still act on it.
rejected = It can’t be signed.
taken-down = It had been published, and can no longer be signed.
removed = The petition site has taken it away without saying why. We’ll tell you if it comes back.
removed-unpublished = It had not been published, and the petition site doesn’t say why it won’t be. We’ll tell you if it comes back.
reopened-open = It can be signed once more.
reopened-approved = The petition site has withdrawn the rejection. It can be signed.
reopened-closed = It is back, but can’t be signed any more.
reopened-moderated = It is being checked again and can’t be signed for now. We’ll tell you if it opens.
stopped = { $parliament } was dissolved before it could be published. It would have to be started anew.
archived = It belongs to an earlier { $parliament } now. You go on following it there.
successor = { $count ->
    [one] This one takes no signatures any more. Another seems to ask for the same, and has { $count } signature so far:
   *[other] This one takes no signatures any more. Another seems to ask for the same, and has { $count } signatures so far:
}

meant-for = <i>Meant for { $at }. Sorry that it is late.</i>
happened = <i>This happened at { $happened }.</i>
seen = <i>We saw this at { $seen }.</i>
happened-and-seen = <i>Happened at { $happened }; the petition site showed it to us at { $seen }.</i>

moment = { $time } on { $day }
moment-today = { $time } today

round-up-heading = 📰 <b>News of { $count } petitions</b>
round-up-line = { $headline }: { $title }
