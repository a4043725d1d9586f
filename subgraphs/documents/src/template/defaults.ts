/** The templates that the house ships: version 0, used where a market has saved none. They are Liquid in HTML like any other. */
import type { DocumentType } from '../mappers.ts';

const HEAD = `<address>{{ party.name }}{% for line in party.addressLines %}<br>{{ line }}{% endfor %}</address>
<p class="note">{{ issuedOn }}</p>
<h1>{{ title }}</h1>`;

const POLICY_SCHEDULE = `${HEAD}
<p>Policy {{ policy.locator }}, {{ policy.product }}, from {{ policy.from }} until the end of the day before {{ policy.to }}.</p>
{% for element in policy.elements %}
<h2>{{ element.name }}</h2>
<p>For {{ element.insured | join: ", " }}.</p>
{% if element.deductible %}<p>Deductible: {{ element.deductible.person }} a person{% if element.deductible.family %}, {{ element.deductible.family }} a family{% endif %}.</p>{% endif %}
{% if element.outOfPocket %}<p>Most you pay yourself: {{ element.outOfPocket.person }} a person{% if element.outOfPocket.family %}, {{ element.outOfPocket.family }} a family{% endif %}.</p>{% endif %}
<ul>{% for term in element.coverageTerms %}<li>{{ term }}</li>{% endfor %}</ul>
{% endfor %}
<h2>What it costs</h2>
<table><tbody>
{% for charge in policy.charges %}<tr><td>{{ charge.description }}</td><td class="amount">{{ charge.amount }}</td></tr>{% endfor %}
</tbody><tfoot><tr><th>Total</th><th class="amount">{{ policy.total }}</th></tr></tfoot></table>`;

const INVOICE = `${HEAD}
<p>Account {{ invoice.accountNumber }}. Please pay {{ invoice.total }}; the first part is due on {{ invoice.dueDate }}.</p>
<table><tbody>
{% for line in invoice.lines %}<tr><td>{{ line.description }}</td><td class="amount">{{ line.amount }}</td></tr>{% endfor %}
</tbody><tfoot><tr><th>Total</th><th class="amount">{{ invoice.total }}</th></tr></tfoot></table>
{% if invoice.installments.size > 1 %}<h2>When to pay</h2>
<table><tbody>{% for part in invoice.installments %}<tr><td>{{ part.dueDate }}</td><td class="amount">{{ part.amount }}</td></tr>{% endfor %}</tbody></table>{% endif %}`;

const EXPLANATION_OF_BENEFITS = `${HEAD}
<p>{{ claim.outcome }} This is not a bill.</p>
<p>Claim {{ claim.locator }}{% if claim.policy %} under policy {{ claim.policy }}{% endif %}.</p>
<table><thead><tr><th>Line</th><th class="amount">Charged</th><th class="amount">Adjustments</th><th class="amount">The plan pays</th><th class="amount">You owe</th></tr></thead><tbody>
{% for line in claim.lines %}<tr><td>{{ line.number }}{% if line.description %}. {{ line.description }}{% endif %}{% for reason in line.reasons %}<br>{{ reason }}{% endfor %}</td><td class="amount">{{ line.charged }}</td><td class="amount">{{ line.adjustments }}</td><td class="amount">{{ line.planPays }}</td><td class="amount">{{ line.memberOwes }}</td></tr>{% endfor %}
</tbody><tfoot><tr><th>Total</th><th class="amount">{{ claim.total.charged }}</th><th class="amount">{{ claim.total.adjustments }}</th><th class="amount">{{ claim.total.planPays }}</th><th class="amount">{{ claim.total.memberOwes }}</th></tr></tfoot></table>
<p class="note">Charged is always the sum of adjustments, what the plan pays and what you owe. If you do not agree, you can appeal the decision.</p>`;

const LETTER = `${HEAD}
{% for paragraph in letter.paragraphs %}<p>{{ paragraph }}</p>{% endfor %}`;

export const DEFAULT_TEMPLATES: Readonly<Record<DocumentType, string>> = { POLICY_SCHEDULE, INVOICE, EXPLANATION_OF_BENEFITS, LETTER };
