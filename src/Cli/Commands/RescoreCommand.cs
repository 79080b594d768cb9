using MuSc.Engine.Inputs;
using MuSc.Evaluation;

namespace MuSc.Cli.Commands;

/// <summary><c>musc rescore</c>: RsCIN on the scores of any method.</summary>
internal static class RescoreCommand
{
    public static MuscCommand Create()
    {
        MuscCommand command = new(
            "rescore",
            "Improve any method's image scores by those of the images most like each (RsCIN).",
            "musc rescore --scores scores.csv --images photos",
            "musc rescore --scores scores.csv --tokens class_tokens.npy --windows 1,8,9 --out better.csv");
        Option<string> scores = new("--scores") { Description = "A table with the columns image and score.", HelpName = "file.csv", Required = true };
        Option<string?> tokens = new("--tokens") { Description = "Class tokens [N × D], one row for each score in the order of the table.", HelpName = "file.npy" };
        Option<string?> images = new("--images") { Description = "Folder of the images, from which a backbone makes class tokens.", HelpName = "dir" };
        BackboneOptions backbone = new();
        Option<bool> exif = new("--exif") { Description = "Turn images as their EXIF orientation says; by default they are taken as stored." };
        Option<int[]?> windows = new("--windows")
        {
            Description = "Neighbours that an image's score is averaged over [default: 1,2,3]",
            HelpName = "list",
            CustomParser = OptionParsers.Numbers,
            Arity = ArgumentArity.ExactlyOne,
        };
        Option<bool> normalize = new("--normalize") { Description = "Bring class tokens to unit length first; by default they are taken as given." };
        Option<string> output = new("--out", "-o")
        {
            Description = "The new table: image, score, score_before_rscin, rank.",
            HelpName = "file.csv",
            DefaultValueFactory = _ => "rescored.csv",
        };
        CommonOptions common = new();
        command.Options.Add(scores);
        command.Options.Add(tokens);
        command.Options.Add(images);
        backbone.AddTo(command);
        command.Options.Add(exif);
        command.Options.Add(windows);
        command.Options.Add(normalize);
        command.Options.Add(output);
        common.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(tokens) is null == result.GetValue(images) is null)
            {
                result.AddError("Give either --tokens or --images.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ExternalScores table = ExternalScores.Read(parsed.GetValue(scores)!);
            ClassTokens classTokens = parsed.GetValue(tokens) is { } file
                ? ClassTokens.Read(file, table.Names.Count)
                : await Consoles.Progress().RunAsync(progress => Task.Run(
                    () => ClassTokens.Extract(
                        Rescoring.Match(table, ImageSetResolver.Resolve([parsed.GetValue(images)!], recursive: true)),
                        parsed.GetValue(backbone.Name)!,
                        parsed.GetValue(backbone.Device)!,
                        backbone.Read(parsed) with { ApplyExif = parsed.GetValue(exif) },
                        progress,
                        cancellationToken),
                    cancellationToken)).ConfigureAwait(false);
            double[] rescored = Rescoring.Run(
                table, parsed.GetValue(normalize) ? classTokens.Normalized() : classTokens, parsed.Given(windows) ?? [1, 2, 3]);
            Rescoring.Write(parsed.GetValue(output)!, table, rescored);
            if (parsed.GetValue(common.Json))
            {
                WriteJson(table, rescored);
            }
            else
            {
                Consoles.Results().WriteLine($"{rescored.Length:N0} scores rescored: {parsed.GetValue(output)}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void WriteJson(ExternalScores table, double[] rescored) => JsonOutput.Write(json =>
    {
        json.WriteStartArray("images");
        for (int row = 0; row < rescored.Length; row++)
        {
            json.WriteStartObject();
            json.WriteString("image", table.Names[row]);
            json.WriteNumber("score", rescored[row]);
            json.WriteNumber("score_before", table[table.Names[row]]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
