resource "aws_kms_key" "web" {
  description             = "Web ${var.environment}"
  deletion_window_in_days = 7
  enable_key_rotation     = true
}

resource "aws_kms_alias" "web" {
  name          = "alias/web"
  target_key_id = aws_kms_key.web.key_id
}

resource "aws_secretsmanager_secret" "api_token" {
  name                    = "web/api-token"
  description             = "Token of the API in ${var.environment}"
  kms_key_id              = aws_kms_key.web.arn
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "api_token" {
  secret_id     = aws_secretsmanager_secret.api_token.id
  secret_string = jsonencode({ token = var.api_token })
}

resource "aws_secretsmanager_secret_policy" "api_token" {
  secret_arn = aws_secretsmanager_secret.api_token.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = aws_iam_role.execution.arn }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
}

resource "aws_ssm_parameter" "greeting" {
  name        = "/web/greeting"
  description = "What the task says"
  type        = "String"
  value       = var.greeting
}

resource "aws_ssm_parameter" "hosts" {
  name  = "/web/hosts"
  type  = "StringList"
  value = "a.internal,b.internal"
}

resource "aws_ssm_parameter" "password" {
  name   = "/web/password"
  type   = "SecureString"
  key_id = aws_kms_alias.web.name
  value  = var.api_token
}

data "aws_ssm_parameter" "greeting" {
  name = aws_ssm_parameter.greeting.name
}

data "aws_secretsmanager_secret_version" "api_token" {
  secret_id  = aws_secretsmanager_secret.api_token.id
  depends_on = [aws_secretsmanager_secret_version.api_token]
}
