// Adds the CSRF token to rq-dashboard's requests, and shows their errors. Without a session the console is next.
"use strict";

(function ($) {
  const token = document.querySelector("meta[name=csrf]").content;
  $.ajaxPrefilter(function (options, given, request) {
    if (!options.crossDomain) request.setRequestHeader("X-CSRF-Token", token);
  });
  $(document).ajaxError(function (event, answer, options) {
    if (answer.status === 401) location.assign("/console/?to=%2Fdashboard");
    else if (options.type !== "GET") $("#status").text(answer.responseJSON?.error?.message ?? "No connection.");
  });
  $("#logout").on("click", function () {
    $.ajax(`/console/sessions/${this.dataset.slot}`, { method: "DELETE" }).done(() => location.assign("/console/"));
  });
})(jQuery);
