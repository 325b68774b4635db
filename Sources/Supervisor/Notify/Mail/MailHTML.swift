import SupervisorNotices

/// The HTML of a mail: tables and styles in place, since mail programs drop style sheets; no image, no script, no link.
enum MailHTML {
    static func page(_ message: Message, _ parts: Fitted<NoticeParts>) -> String {
        var rows = ""
        if message.isTest, message.notices.isEmpty { rows += row("<p style=\"margin:0\">\(escape(Message.testText))</p>") }
        rows += parts.pieces.map(notice).joined()
        if let left = parts.left { rows += row("<p style=\"margin:0\">\(escape(left))</p>") }
        if !message.heldBack.isEmpty { rows += heldBack(message.heldBack) }
        let color = color(message.severity)
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>\(escape(message.headline))</title></head>
            <body style="margin:0;padding:16px;background:#f2f4f7">
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:680px;margin:0 auto;\
            background:#ffffff;border:1px solid #d9dee5;border-top:4px solid \(color);font:15px/1.5 -apple-system,'Segoe UI',Roboto,\
            Helvetica,Arial,sans-serif;color:#1d2733">
            \(row("<h1 style=\"margin:0;font-size:20px;line-height:1.3;color:\(color)\">\(escape(message.headline))</h1>"))
            \(rows)
            <tr><td style="padding:12px 20px;border-top:1px solid #d9dee5;font-size:12px;color:#66707c">\
            Message \(escape(message.id)) · \(escape(Moment.text(message.at))) · sent by DTS</td></tr>
            </table>
            </body>
            </html>

            """
    }

    private static func notice(_ parts: NoticeParts) -> String {
        var inner = ""
        if let subject = parts.subject { inner += "<h2 style=\"margin:8px 0 6px;font-size:16px\">\(escape(subject))</h2>\n" }
        let color = parts.mark == "🟢" ? "#1a7f4b" : color(parts.severity)
        inner += """
            <p style="margin:0"><b style="color:\(color)">\(escape(parts.heading))</b> \
            <span style="color:#66707c">\(escape(parts.when))</span></p>
            <p style="margin:6px 0">\(lines(parts.text))</p>

            """
        if !parts.facts.isEmpty {
            let cell = "padding:3px 12px 3px 0;vertical-align:top;border-bottom:1px solid #eef1f4"
            let rows = parts.facts.map { fact in
                """
                <tr><td style="\(cell);color:#66707c;white-space:nowrap">\(escape(fact.name))</td>\
                <td style="\(cell);word-break:break-word">\(lines(fact.value))</td></tr>
                """
            }
            inner += "<table cellpadding=\"0\" cellspacing=\"0\" style=\"border-collapse:collapse;margin:6px 0;font-size:14px\">\n"
            inner += rows.joined(separator: "\n") + "\n</table>\n"
        }
        if let remedy = parts.remedy {
            inner += """
                <p style="margin:8px 0 4px"><b>What to do</b></p>
                <pre style="margin:0;padding:10px 12px;background:#f2f4f7;border-left:3px solid \(color);\
                font:13px/1.45 Menlo,Consolas,monospace;white-space:pre-wrap;word-break:break-word"><code>\(escape(remedy))</code></pre>

                """
        }
        inner += "<p style=\"margin:6px 0 0;font-size:12px;color:#8a94a0\">Notice \(escape(parts.id))</p>"
        return row(inner)
    }

    private static func heldBack(_ all: [Message.HeldBack]) -> String {
        let items = HeldBackText.lines(all).map { "<li>\(escape($0))</li>" }.joined(separator: "\n")
        let remedy = escape(HeldBackText.remedy).replacing(#/`([^`]*)`/#) { "<code>\($0.1)</code>" }
        return row(
            """
            <h2 style="margin:8px 0 6px;font-size:16px">\(escape(HeldBackText.title))</h2>
            <ul style="margin:0;padding-left:20px">
            \(items)
            </ul>
            <p style="margin:6px 0 0">\(remedy)</p>
            """)
    }

    private static func row(_ inner: String) -> String { "<tr><td style=\"padding:12px 20px\">\n\(inner)\n</td></tr>" }

    private static func color(_ severity: Severity) -> String {
        switch severity {
        case .info: "#1f6feb"
        case .warning: "#b35900"
        case .critical: "#c62828"
        }
    }

    private static func lines(_ text: String) -> String { escape(text).replacing("\n", with: "<br>") }

    static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
