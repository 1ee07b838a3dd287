// Adds the CSRF token to rq-dashboard's requests, and shows their errors.
"use strict";

(function ($) {
  const token = document.querySelector("meta[name=csrf]").content;
  $.ajaxPrefilter(function (options, given, request) {
    if (!options.crossDomain) request.setRequestHeader("X-CSRF-Token", token);
  });
  $(document).ajaxError(function (event, answer, options) {
    if (answer.status === 401) location.assign("/admin/login");
    else if (options.type === "POST") $("#status").text(answer.responseJSON?.error?.message ?? "No connection.");
  });
})(jQuery);
