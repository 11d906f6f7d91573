"""The samples of this project, as applications that Argo CD deploys."""
