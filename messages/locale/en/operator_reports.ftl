# What the operator is told, in the chat of OPERATOR_CHAT_ID.

operator-rejected = ⚠️ Telegram refused message { $number } for good: { $reason }
operator-uncertain = ⚠️ Telegram never answered message { $number }; it may or may not have arrived: { $reason }
operator-set-aside = ⚠️ How sending message { $number } ended could not be stored, so it was set aside: { $reason }
operator-crashed = ⚠️ The loop “{ $loop }” has crashed and is being tried again. The log has the details.
operator-petition-failed = ⚠️ Petition { $petition } was read and could not be compared or stored. It is tried again behind the others. The log has the details.
operator-asked-to-wait = ⚠️ The site “{ $site }” asks to be left alone for { $count ->
    [one] an hour
   *[other] { $count } hours
}. It is asked once an hour whether it is back.
operator-failed-to-render = ⚠️ An alert could not be said in full, so it was said in a few words or set aside. The log has the details.
operator-audit-untold = ⚠️ The audit found news of petition { $petition } that { $count ->
    [one] a chat was
   *[other] { $count } chats were
} never told. It is sent now.
operator-audit-lost = ⚠️ The audit found that messages about petition { $petition } to { $count ->
    [one] a chat
   *[other] { $count } chats
} have vanished from the outbox. They are sent again.
operator-audit-again = ⚠️ The audit has owed an alert about petition { $petition } to { $count ->
    [one] a chat
   *[other] { $count } chats
} once already, and it is gone again. It is not sent again; the log has the details.
operator-audit-unseen = ⚠️ The petitions site lists news of petition { $petition } that the bot had missed. It looks at the petition now.
operator-audit-still-unseen = ⚠️ The petitions site still lists news of petition { $petition } that the bot does not find, although it has looked again. The log has the details.
operator-update-failed = ⚠️ What somebody asked for could not be done, and they were told so. The log has the details.
operator-more = This has happened { $count } times since the last report of it.
