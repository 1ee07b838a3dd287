document.getElementById("console").textContent = "The console is not built.";
