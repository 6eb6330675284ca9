// Deutsch für alles um die Anlage selbst: Zertifikat, Verschlüsselung der Telefone, Hinweise, Warnungen.

export const deSystem = {
  certificate: {
    title: 'Diesem Server vertrauen',
    lead: 'Damit Browser und Telefone verschlüsselt und ohne Warnung verbinden, kennt jedes Gerät einmal das Zertifikat dieser Anlage.',
    public: 'Diese Anlage hat ein Zertifikat, das alle Geräte schon kennen. Sie müssen nichts einrichten.',
    none: 'Diese Anlage verbindet noch ohne Zertifikat. Sie müssen nichts einrichten.',
    fingerprint: 'Fingerabdruck (SHA‑256)',
    until: 'Gültig bis',
    compare:
      'Vergleichen Sie vor dem Einrichten den Fingerabdruck mit dem, den Ihre Verwaltung auf dem Server selbst sieht. Nur dann ist es wirklich diese Anlage.',
    download: 'Zertifikat laden',
    downloadPem: 'Als PEM laden',
    stepsTitle: 'So richten Sie es ein',
    windows: 'Windows',
    windowsSteps:
      'Zertifikat laden und doppelklicken.\n„Zertifikat installieren“ wählen, dann „Aktueller Benutzer“.\n„Alle Zertifikate in folgendem Speicher speichern“: „Vertrauenswürdige Stammzertifizierungsstellen“.\nBestätigen und den Browser neu starten.',
    macos: 'macOS',
    macosSteps:
      'Zertifikat laden und doppelklicken: Die Schlüsselbundverwaltung öffnet sich.\nDas Zertifikat von Rufwerk in der Liste doppelklicken.\nUnter „Vertrauen“ „Immer vertrauen“ wählen und mit dem Passwort bestätigen.',
    iphone: 'iPhone und iPad',
    iphoneSteps:
      'Diese Seite in Safari öffnen, Zertifikat laden und „Zulassen“ tippen.\nEinstellungen → Allgemein → VPN und Geräteverwaltung: das Profil installieren.\nEinstellungen → Allgemein → Info → Zertifikatsvertrauenseinstellungen: einschalten.',
    android: 'Android',
    androidSteps:
      'Zertifikat laden.\nEinstellungen → Sicherheit → Verschlüsselung und Anmeldedaten → Zertifikat installieren → CA-Zertifikat.\n„Trotzdem installieren“ tippen und die Datei wählen.',
    firefox: 'Firefox',
    firefoxSteps:
      'Zertifikat als PEM laden.\nEinstellungen → Datenschutz & Sicherheit → Zertifikate anzeigen → Zertifizierungsstellen → Importieren.\n„Dieser CA vertrauen, um Websites zu identifizieren“ ankreuzen.',
    desk: 'Tischtelefone',
    deskSteps:
      'Zertifikat als PEM laden.\nIn der Weboberfläche des Telefons unter „Sicherheit“ als vertrauenswürdige Zertifizierungsstelle hochladen.\nAls Transport TLS wählen und Port {{port}} eintragen. Datum und Uhrzeit des Telefons müssen stimmen.',
    inSettings: 'Verschlüsselt verbinden',
    inSettingsText: 'Tischtelefone und Browser brauchen einmal das Zertifikat dieser Anlage.',
    toPage: 'Zertifikat einrichten',
    toApp: 'Zu Rufwerk',
  },
  srtp: {
    label: 'Ton verschlüsseln',
    off: 'Aus',
    offText: 'Der Ton ist unverschlüsselt. Wer Zugang zum Netz hat, kann mithören.',
    offState: 'Unverschlüsselt',
    on: 'Wenn möglich',
    onText: 'Der Ton ist verschlüsselt, wenn das Telefon es kann, und sonst unverschlüsselt.',
    onState: 'Verschlüsselt, wenn möglich',
    required: 'Immer',
    requiredText: 'Der Ton ist immer verschlüsselt. Anrufe ohne Verschlüsselung kommen nicht zustande.',
    requiredState: 'Immer verschlüsselt',
    tls: 'Die Schlüssel stehen in der Signalisierung. Geschützt sind sie nur, wenn sich das Telefon über TLS anmeldet, also an Port {{port}}.',
    onPhone: 'Damit der Ton verschlüsselt wird, schalten Sie am Telefon SRTP ein.',
    onPhoneTls:
      'Damit der Ton verschlüsselt wird, schalten Sie am Telefon SRTP ein. Wählen Sie dort TLS als Transport mit Port {{port}}, sonst kann jemand im Netz die Schlüssel mitlesen.',
    changeName: 'Verschlüsselung von {{name}} ändern',
    changeTitle: 'Verschlüsselung von {{name}}',
    changeText:
      'Die Einstellung betrifft die Strecke zwischen Telefon und Rufwerk. Sie gilt ab dem nächsten Anruf.',
    save: 'Speichern',
  },
  banner: {
    label: 'Hinweis',
    outdated: 'Die Anlage wurde aktualisiert. Laden Sie die Seite neu, damit das Telefon wieder geht.',
    reload: 'Neu laden',
    reconnecting: 'Die Anlage antwortet nicht. Rufwerk verbindet sich von selbst neu.',
    reconnectingCall: 'Die Anlage antwortet nicht. Ihr Gespräch läuft weiter; Rufwerk verbindet sich neu.',
    refused:
      'Die Anlage hat dieses Telefon abgewiesen (SIP {{status}}). Melden Sie sich ab und wieder an; bleibt es dabei, fragen Sie Ihre Verwaltung.',
    demo: 'Vorführung: Muster GmbH. Rufen Sie Anna unter 101 an oder das Echo unter *43.',
  },
  exposure: {
    label: 'Warnung zu Geräten',
    affected_one: '{{count}} von {{total}} Geräten ist von einer Warnung betroffen, unbekannt: {{unknown}}.',
    affected_other:
      '{{count}} von {{total}} Geräten sind von einer Warnung betroffen, unbekannt: {{unknown}}.',
    demo: 'Vorführung mit erfundenen Geräten: {{text}}',
    link: 'Ansehen, welche',
  },
  alarm: {
    label: 'Warnung der Anlage',
    more_one: '{{text}} Und eine weitere Warnung.',
    more_other: '{{text}} Und {{count}} weitere Warnungen.',
    'certificate-expiring':
      'Das Zertifikat der Anlage läuft bald ab oder ist abgelaufen (Tage: {{daysLeft}}).',
    'authority-expiring': 'Die eigene Zertifizierungsstelle läuft bald ab (Tage: {{daysLeft}}).',
    'certificate-not-renewed': 'Das Zertifikat konnte nicht erneuert werden. Das bisherige gilt weiter.',
    'clock-jumped': 'Die Uhr des Servers wurde verstellt (um {{seconds}} s). Prüfen Sie den Zeitabgleich.',
    'disk-full': 'Die Festplatte des Servers ist voll. Neue Anrufe werden abgewiesen, laufende gehen weiter.',
    'disk-low': 'Auf der Festplatte des Servers sind nur noch {{megabytes}} MB frei.',
    'store-failing': 'Die Datenbank lässt sich nicht schreiben. Neue Anrufe werden abgewiesen.',
    'media-missing': 'Der Prozess für den Ton läuft gerade nicht.',
    'media-restarted': 'Der Prozess für den Ton wurde neu gestartet (in einer Stunde: {{times}}).',
    'dial-plan-unreadable':
      'Der gespeicherte Wählplan (Version {{version}}) ist nicht lesbar. Anrufe folgen Version {{used}}; wenden Sie einen neuen an.',
    'dial-plan-wrong':
      'Der Wählplan (Version {{version}}) passt nicht mehr zu Personen und Standorten (Fehler: {{mistakes}}). Prüfen Sie ihn.',
    'backup-failed': 'Die letzte Sicherung ist gescheitert: {{why}}.',
    'backup-old': 'Seit {{hours}} Stunden gibt es keine Sicherung.',
    'mail-failing':
      'E-Mails können gerade nicht verschickt werden (wartend: {{waiting}}). Prüfen Sie den Mailserver mit einer Testmail.',
    'trunk-down': 'Keine Verbindung zum Anbieter: {{trunks}}. Darüber sind gerade keine Anrufe möglich.',
    'emergency-uncovered':
      'Kein Notruf über eine eigene Leitung am Standort: {{sites}}. Tragen Sie im Wählplan eine Leitung für Notrufe ein.',
    'emergency-call': 'Notruf {{number}}: {{people}}.',
    'emergency-call-elsewhere':
      'Notruf {{number}} von außerhalb der Netze der Firma: {{people}}. Wo das ist, ist nicht bekannt: Fragen Sie nach.',
    'flow-broken':
      'Anrufe treffen auf einen Fehler im Wählplan ({{places}}; in einer Stunde: {{times}}) und hören eine Ansage. Prüfen Sie den Wählplan.',
    'toll-limit':
      'Das Tageslimit für Anrufe nach draußen ist erreicht ({{limit}}): {{people}}. Weitere Anrufe werden abgewiesen.',
    'unusual-traffic':
      'Ungewöhnlich viele Anrufe nach draußen ({{what}}: {{times}} in zehn Minuten): {{people}}. Prüfen Sie, ob ein Zugang missbraucht wird.',
    'canary-called':
      'Es wurden Nummern angerufen, die niemand anzurufen hat ({{numbers}}): {{people}}. Prüfen Sie, ob ein Zugang missbraucht wird.',
    'wrong-passwords': 'Jemand probiert Passwörter aus: {{times}} falsche in zehn Minuten.',
  },
}
