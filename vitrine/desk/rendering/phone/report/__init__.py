"""The figures of some days, ready to print: tables, chart, definitions, file."""

from vitrine.desk.rendering.phone.report.chart import Chart as Chart
from vitrine.desk.rendering.phone.report.defined import definitions as definitions
from vitrine.desk.rendering.phone.report.file import as_rows as as_rows
from vitrine.desk.rendering.phone.report.page import printed_report as printed_report
