# What a place wants to hear of. Telegram HTML, but for names, toasts and the labels of buttons.

preferences = 🔔 <b>Alerts here</b>
    What comes of the petitions followed here. Tap to change it.
preference = { $state ->
        [on] ✅
       *[off] ◻️
    } <b>{ $name }</b> – { $about }
preferences-typed = Or send, for example, <code>/alerts edits on</code>. News of all petitions is chosen with /watch.

preference-signatures = 🎯 Signatures
preference-deadlines = ⏰ Deadlines
preference-responses = 💬 Responses
preference-debates = 🏛 Debates
preference-outcomes = 🎬 Outcomes
preference-committee = 📜 Committee
preference-edits = 🖊 Edits
preference-life = 📢 Life
preference-pictures = 🖼 Pictures

about-signatures = milestones, the final count
about-deadlines = closing soon, extended
about-responses = published, edited, late
about-debates = planned, moved, today, held
about-outcomes = video, transcript
about-committee = notes, inquiries, letters
about-edits = new wording
about-life = opened, closed, rejected
about-pictures = with milestones

button-preference = { $state ->
        [on] ✅
       *[off] ◻️
    } { $name }
toast-preference = { $name }: { $state ->
        [on] on
       *[off] off
    }
preference-changed = 🔔 Alerts here – { $change }
