"""How Django draws a form: with our field, everywhere."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """`{{ form }}` is an error summary and our fields; `{{ form.field.as_field_group }}` one."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
