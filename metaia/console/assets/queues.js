// rq-dashboard's requests: each says the page's CSRF token, and what goes wrong is told.
"use strict";

(function ($) {
  const token = document.querySelector("meta[name=csrf]").content;
  $.ajaxPrefilter(function (options, given, request) {
    if (!options.crossDomain) request.setRequestHeader("X-CSRF-Token", token);
  });
  $(document).ajaxError(function (event, answer, options) {
    if (answer.status === 401) location.assign("/admin/login");
    else if (options.type === "POST") $("#said").text(answer.responseJSON?.error?.message ?? "No connection.");
  });
})(jQuery);
