using System.Text.Json;
using MuSc.Features.Backbones;
using MuSc.Features.Models;

namespace MuSc.Cli.Commands.Model;

/// <summary><c>musc model verify</c>: installed files against their checksums.</summary>
internal static class ModelVerifyCommand
{
    public static MuscCommand Create()
    {
        MuscCommand command = new(
            "verify",
            "Check installed backbones and checkpoints against their checksums; exit code 3 if one is damaged.",
            "musc model verify",
            "musc model verify clip-vit-l14-336 --json");
        Argument<string[]> names = new("names") { Description = "Which to check; all without.", Arity = ArgumentArity.ZeroOrMore };
        CommonOptions common = new();
        command.Arguments.Add(names);
        common.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            IReadOnlyList<ModelCheck> checks = await ModelVerifier.VerifyAsync(BackboneFolder.Installed, parsed.GetValue(names) ?? [], cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(common.Json))
            {
                JsonOutput.Write(json => WriteJson(json, checks));
            }
            else
            {
                Write(checks, Consoles.Results());
            }

            return checks.Any(check => check.State == ModelState.Damaged) ? ExitCode.Input : ExitCode.Done;
        });
        return command;
    }

    private static void Write(IReadOnlyList<ModelCheck> checks, IAnsiConsole console)
    {
        foreach (ModelCheck check in checks)
        {
            string word = check.State switch
            {
                ModelState.Intact => "intact",
                ModelState.Damaged => "DAMAGED: remove it and pull or import it again",
                _ => "no checksum to compare with",
            };
            console.WriteLine($"{check.Path}: {word} (SHA-256 {check.Sha256})");
        }

        if (checks.Count == 0)
        {
            console.WriteLine($"Nothing is installed in {BackboneFolder.Installed}.");
        }
    }

    private static void WriteJson(Utf8JsonWriter json, IReadOnlyList<ModelCheck> checks)
    {
        json.WriteStartArray("files");
        foreach (ModelCheck check in checks)
        {
            json.WriteStartObject();
            json.WriteString("file", check.Path);
            json.WriteString("state", check.State.ToString().ToLowerInvariant());
            json.WriteString("sha256", check.Sha256);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
