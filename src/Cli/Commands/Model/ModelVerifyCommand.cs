using MuSc.Features.Backbones;
using MuSc.Features.Models;

namespace MuSc.Cli.Commands.Model;

/// <summary><c>musc model verify</c>: installed files against their checksums.</summary>
internal static class ModelVerifyCommand
{
    public static MuscCommand Create()
    {
        Argument<string[]> names = new("names") { Description = "Which to check; all without.", Arity = ArgumentArity.ZeroOrMore };
        return new MuscCommand(
            "verify",
            "Check installed backbones and checkpoints against their checksums; exit code 3 if one is damaged.",
            "musc model verify",
            "musc model verify clip-vit-l14-336 --json")
        {
            names,
        }.Does(async (parsed, cancellationToken) =>
        {
            IReadOnlyList<ModelCheck> checks = await ModelVerifier.VerifyAsync(
                BackboneFolder.Installed, parsed.GetValue(names) ?? [], cancellationToken).ConfigureAwait(false);
            return new(
                () => new { Files = checks.Select(check => new { File = check.Path, State = JsonOutput.Word(check.State), check.Sha256 }) },
                console => Write(checks, console),
                checks.Any(check => check.State == ModelState.Damaged) ? ExitCode.Input : ExitCode.Done);
        });
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
}
