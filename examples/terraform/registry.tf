resource "aws_ecr_repository" "web" {
  name                 = "team/web"
  image_tag_mutability = var.environment == "test" ? "MUTABLE" : "IMMUTABLE"
  force_delete         = true

  image_scanning_configuration {
    scan_on_push = var.environment != "test"
  }
}

resource "aws_ecr_lifecycle_policy" "web" {
  repository = aws_ecr_repository.web.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Keep a few"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = var.retention_in_days }
      action       = { type = "expire" }
    }]
  })
}

resource "aws_ecr_repository_policy" "web" {
  repository = aws_ecr_repository.web.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Pull"
      Effect    = "Allow"
      Principal = { AWS = aws_iam_role.execution.arn }
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
  })
}

data "aws_ecr_authorization_token" "token" {}
