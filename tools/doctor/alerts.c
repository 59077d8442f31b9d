// SPDX-License-Identifier: GPL-2.0
/* What the module has alerted to. */
#include <string.h>

#include "cause/alert.h"
#include "doctor/checks.h"

static bool is_in_question(const struct visit *visit, const struct alert *alert)
{
	if (visit->flow_id.known)
		return alert->flow_id.value == visit->flow_id.value;
	return !visit->tunnel || !strcmp(visit->tunnel, alert->tunnel);
}

/* A flow of which anything is told is told of; a tunnel's drops are by their name. */
static bool is_alert_told(const struct report *report, const struct alert *alert)
{
	if (alert->flow_id.known)
		return tunwin_checks_is_flow_told(report, alert->flow_id.value) ||
		       tunwin_checks_is_told_of(report, tunwin_model_alert_code[alert->code.value],
						alert->tunnel);
	return alert->code.value == ALERT_WINDOW_COLLAPSE ||
	       tunwin_checks_is_told_of(report, tunwin_model_alert_code[alert->code.value],
					alert->tunnel);
}

void tunwin_checks_alerts(const struct visit *visit, struct report *report)
{
	for (size_t i = 0; i < visit->around->alerts.count; i++) {
		const struct alert *alert = &visit->around->alerts.alerts[i];
		const struct cause *cause;
		struct finding *finding;

		if (!alert->code.known || alert->code.value >= ALERT_COUNT ||
		    alert->code.value == ALERT_STALL || !is_in_question(visit, alert) ||
		    is_alert_told(report, alert))
			continue;
		cause = tunwin_cause_by_code(tunwin_model_alert_code[alert->code.value]);
		finding = tunwin_doctor_add(report);
		finding->code = tunwin_model_alert_code[alert->code.value];
		finding->title = tunwin_alert_meanings[alert->code.value].title;
		finding->severity = alert->flow_id.known ? SEVERITY_LIMITS : SEVERITY_BREAKS;
		finding->confidence = CONFIDENCE_SURE;
		memcpy(finding->tunnel, alert->tunnel, sizeof(finding->tunnel));
		if (alert->direction.known)
			finding->in = OPT_U64(alert->direction.value == DIRECTION_IN);
		if (alert->flow_id.known)
			finding->flows[finding->flow_count++] = alert->flow_id.value;
		tunwin_alert_describe(alert, finding->evidence, sizeof(finding->evidence));
		advise(finding, "%s", cause ? cause->remedy : "see its flow: tunwin show ID, tunwin doctor ID");
	}
}
