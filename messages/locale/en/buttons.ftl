# Labels of buttons: plain text, no HTML.

button-open = 🔗 Open petition
button-card = ℹ️ Details
button-list = 📋 My list
button-follow = 🔔 Follow
button-follow-other = 🔔 Follow “{ $title }”
button-unfollow = ✖️ Unfollow
button-mute = 🔕 Mute
button-unmute = 🔔 Unmute
button-refresh = 🔄 Refresh
button-undo = ↩️ Undo
button-before = ◀️ Back
button-after = Next ▶️
button-let-members = 👥 Let members change it too
button-admins-only = 🔐 Only admins
button-delete-yes = 🗑 Yes, delete everything
button-delete-no = Keep it
search-choice = { $number }. { $title }
button-chart = 📈 Chart
button-span-day = 24 h
button-span-week = 7 d
button-span-month = 30 d
button-span-all = All
button-chosen = • { $label } •
button-constituencies = 🗺 By constituency
button-growth = 📈 Growth
