# Why petitions are refused. The codes are the sites' own.

rejection-advert = Reason: it is an advertisement or spam.
rejection-already-happening = Reason: what it asks for is already happening.
rejection-duplicate = Reason: there is already a petition about this.
rejection-fake-name = Reason: it was started under a false name.
rejection-foi = Reason: it asks for information, which needs a Freedom of Information request.
rejection-fraudulent = Reason: signatures on it were fraudulent.
rejection-honours = Reason: it is about honours or appointments, which have their own procedure.
rejection-individual = Reason: it is about a single person’s case.
rejection-irrelevant = Reason: it asks for something the government and { $parliament } are not responsible for.
rejection-joke = Reason: it is a joke.
rejection-libellous = Reason: it says something that may be libellous or is before the courts.
rejection-local = Reason: it is a matter for a local council or another local body.
rejection-no-action = Reason: it is not clear what it asks the government or { $parliament } to do.
rejection-no-reply = Reason: its creator did not answer the moderators’ questions.
rejection-offensive = Reason: its wording is offensive.
rejection-operational = Reason: it is about the day-to-day running of an organisation.
rejection-personal = Reason: it is about a personal matter.
rejection-removed = Reason: its creator asked for it to be removed.
rejection-unknown = Reason given by the site: “{ $code }”.
