namespace MuSc.Cli.Commands.Model;

/// <summary><c>musc model</c>: public backbones and other checkpoints.</summary>
internal static class ModelCommand
{
    public static MuscCommand Create(string name) => new(
        name,
        "List, download, import and check backbones.",
        "musc model list",
        "musc model pull clip-vit-l14-336",
        "musc model import model.safetensors --config config.json -o vit.onnx --size 448")
    {
        ModelListCommand.Create(),
        ModelPullCommand.Create(),
        ModelImportCommand.Create(),
        ModelVerifyCommand.Create(),
    };
}
